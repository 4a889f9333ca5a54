// The last page of the sign-in's pop-up. A provider may have cut the opener off, so the page tells the others on
// the channel that pages of this origin share.
const { channel, message } = document.querySelector("main").dataset;
new BroadcastChannel(channel).postMessage(message);
window.close();
