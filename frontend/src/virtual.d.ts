declare module "virtual:basemap" {
  /** Where the files of the base map are, with their version. */
  export const folder: string;
}
