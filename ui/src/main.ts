import { mount } from "svelte";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/thread.css";
import "./styles/narrow.css";
import App from "./App.svelte";

const target = document.getElementById("root");
if (target) mount(App, { target });
