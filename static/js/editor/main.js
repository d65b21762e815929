// The editor's comfort. Every form works without it; with it, nothing that was typed is lost.
import "./saving.js";
import "./meeting.js";
import "./timeline.js";
import "./images.js";
import "./place.js";
import "./presence.js";
import "./tags.js";

document.documentElement.classList.add("has-script");
