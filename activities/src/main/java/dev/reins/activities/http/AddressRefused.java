package dev.reins.activities.http;

import java.net.UnknownHostException;

/** A host that leads to no address that may be connected to. */
final class AddressRefused extends UnknownHostException {
    private static final long serialVersionUID = 1;

    AddressRefused(String host) {
        super(host + " is not a public address, and REINS_HTTP_ALLOW does not name it");
    }
}
