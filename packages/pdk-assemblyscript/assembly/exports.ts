/**
 * An additional entry file, listed in `plugin.json`: asc exports what entry files export, so this is how every plugin
 * gets the export `mortise_direct` without its author writing a line.
 *
 * It imports by package name on purpose: a relative import would be a second copy of the module, with a global of its
 * own.
 */
export { mortise_direct } from "@mortise/pdk-assemblyscript/assembly/direct";
// `plugin.json` names this function as the plugin's `abort`; it must be part of every compilation.
import "@mortise/pdk-assemblyscript/assembly/abort";
