package dev.reins.api.admin;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import java.util.List;

/** Says that there is no such thing. */
final class NotFound {
    private NotFound() {}

    static RequestRejected of(String what) {
        return new RequestRejected(ErrorCode.NOT_FOUND, sentence(what));
    }

    /** @param parameter the query parameter that names it */
    static RequestRejected of(String what, String parameter) {
        return new RequestRejected(
                ErrorCode.NOT_FOUND, sentence(what), List.of(new FieldError(parameter, sentence(what))));
    }

    private static String sentence(String what) {
        return "There is no such " + what;
    }
}
