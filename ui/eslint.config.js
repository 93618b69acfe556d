import svelte from "eslint-plugin-svelte";
import globals from "globals";
import typescript from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

/** Sanitized in Rust, and only there: the one place that shows HTML. */
const SHOWS_SANITIZED_HTML = "src/parts/ArticleBody.svelte";

export default typescript.config(
  { ignores: ["dist/", "node_modules/", "src/lib/bindings.ts"] },
  typescript.configs.strict,
  svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      "no-console": "error",
      "no-restricted-globals": [
        "error",
        { name: "fetch", message: "The window never talks to the network." },
        { name: "XMLHttpRequest", message: "The window never talks to the network." },
        { name: "localStorage", message: "State lives in Rust." },
      ],
      eqeqeq: "error",
      "max-lines": ["error", { max: 250 }],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: typescript.parser, svelteConfig } },
    rules: { "svelte/no-at-html-tags": "error", "svelte/button-has-type": "error" },
  },
  { files: [SHOWS_SANITIZED_HTML], rules: { "svelte/no-at-html-tags": "off" } },
  {
    files: ["tests/**"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { "no-console": "off" },
  },
);
