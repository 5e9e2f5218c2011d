declare module "virtual:basemap" {
  export const folder: string;
  export const index: { name: string; bbox: [number, number, number, number]; minzoom: number }[];
}
