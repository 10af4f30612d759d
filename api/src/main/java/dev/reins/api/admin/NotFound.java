package dev.reins.api.admin;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;

/** Says that there is no such thing. */
final class NotFound {
    private NotFound() {}

    static RequestRejected of(String what) {
        return new RequestRejected(ErrorCode.NOT_FOUND, "There is no such " + what);
    }
}
