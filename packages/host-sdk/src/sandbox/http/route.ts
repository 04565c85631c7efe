import type { PluginError } from "../../errors.ts";
import type { AllowedHosts } from "./allowed-hosts.ts";
import { denied, labelOf } from "./errors.ts";
import { addressOfHost, isPublicAddress } from "./public-address.ts";
import type { Send } from "./send.ts";

/** The ways to send, and what each is good for. */
export interface Routes {
  readonly allowedHosts: AllowedHosts;
  /** For hosts that the application named. */
  readonly plain: Send;
  /** For hosts that only a wildcard covers; absent where connections cannot be watched. */
  readonly guarded: Send | undefined;
  /** Whether wildcards cover the machine itself and its private network. */
  readonly allowPrivateNetwork: boolean;
}

/**
 * How a request to a URL is to be sent.
 *
 * A wildcard was written for the hosts of the internet, and whoever owns one of their names can point it at
 * 127.0.0.1 or at the network behind the firewall. So a host that only a wildcard covers is reached over guarded
 * connections, and as an address only if that is public.
 * @param label what messages call the URL
 * @throws {PluginError} `HTTP_DENIED`
 */
export function routeTo(url: URL, routes: Routes, label: string = labelOf(url)): Send {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw denied(`${label} has the scheme ${url.protocol}; http: and https: are possible`);
  }
  const grant = routes.allowedHosts.grantFor(url);
  if (grant === undefined) throw notAllowed(label, routes.allowedHosts);
  if (grant === "exact" || routes.allowPrivateNetwork) return routes.plain;
  const address = addressOfHost(url.hostname);
  if (address !== undefined && !isPublicAddress(address)) throw privateAddress(label);
  if (address !== undefined) return routes.plain;
  if (!routes.guarded) throw unguarded(label);
  return routes.guarded;
}

function notAllowed(label: string, allowedHosts: AllowedHosts): PluginError {
  return denied(`${label} is not covered by allowedHosts, which are ${allowedHosts}`);
}

function privateAddress(label: string): PluginError {
  return denied(
    `${label} is not at a public address, and only a wildcard allows it: list the address itself, or set allowPrivateNetwork`,
  );
}

function unguarded(label: string): PluginError {
  return denied(
    `${label} is allowed only by a wildcard, and nothing here can keep it from a private address (browsers and a fetch of the application's own show no addresses): list the host by name, or set allowPrivateNetwork`,
  );
}
