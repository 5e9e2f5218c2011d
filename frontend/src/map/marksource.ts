// Where the marks of a view come from: one interface, whoever counts them.
import type { Item } from "../preview";
import type { Box, Group, LatLon } from "./view";

interface Placed extends LatLon {
  /** The same as long as it is the same thing, with the same count. */
  key: string;
}

/** One item at one of its places. */
export interface ItemMark extends Placed {
  /** Its title is empty where the server did not give it: the card says it. */
  item: Item;
}

/** Several items that would lie on one another, with their exact count. */
export interface GroupMark extends Placed {
  item: null;
  count: number;
  /** The zoom at which it parts; null where it never does. */
  parting(): Promise<number | null>;
  items(): Promise<Item[]>;
}

export type Mark = ItemMark | GroupMark;

/** What is known of a part of the world. */
export interface Marks {
  /** All marks of the view, and some around it. */
  marks(view: Box, zoom: number): Promise<Mark[]>;
}

/** What is known of a question. */
export interface MarkSource extends Marks {
  placeOf(id: string): Promise<LatLon | null>;
  /** Where its items are, the fullest territory first. */
  territories(): Promise<Group[]>;
  /** Asks for nothing more. */
  stop(): void;
}
