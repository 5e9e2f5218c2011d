// Koop over the GeoJSON files of a folder: node koop.cjs MODULES FOLDER PORT
const { createRequire } = require("node:module");
const path = require("node:path");
const [modules, folder, port] = process.argv.slice(2);
const from = createRequire(modules + "/");
const Koop = from("@koopjs/koop-core");
const koop = new Koop({ logLevel: "error" });
koop.register(from("@koopjs/provider-file-geojson"), { dataDir: path.relative(process.cwd(), folder) });
koop.server.listen(Number(port), "127.0.0.1");
