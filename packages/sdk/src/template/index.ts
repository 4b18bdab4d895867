export { banner, ini, json, keyValue, type Setting } from './settings.ts';
export { text } from './text.ts';
