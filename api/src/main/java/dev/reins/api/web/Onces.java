package dev.reins.api.web;

import dev.reins.contracts.RequestRejected;
import dev.reins.store.access.Idempotency;
import dev.reins.store.access.Idempotency.Call;
import jakarta.servlet.http.HttpServletRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Reads Idempotency-Key headers. */
@Component
public final class Onces {
    private static final String HEADER = "Idempotency-Key";
    private static final Pattern FORM = Pattern.compile("[\\x20-\\x7e]{1,255}");

    private final Idempotency idempotency;
    private final TransactionOperations transaction;
    private final Replies replies;

    Onces(Idempotency idempotency, TransactionOperations transaction, Replies replies) {
        this.idempotency = idempotency;
        this.transaction = transaction;
        this.replies = replies;
    }

    /**
     * @param principal whose keys they are
     * @throws RequestRejected invalid_request for a key that is none
     */
    public Once of(HttpServletRequest request, Body body, String principal) {
        List<String> keys = Collections.list(request.getHeaders(HEADER));
        return new Once(
                idempotency, transaction, replies, keys.isEmpty() ? null : call(request, body, principal, only(keys)));
    }

    private static Call call(HttpServletRequest request, Body body, String principal, String key) {
        return new Call(principal, key, request.getMethod(), request.getRequestURI(), sha256(body.bytes()));
    }

    private static String only(List<String> keys) {
        if (keys.size() > 1) {
            throw RequestRejected.invalid(HEADER, HEADER + " is given more than once");
        }
        if (!FORM.matcher(keys.getFirst()).matches()) {
            throw RequestRejected.invalid(HEADER, HEADER + " has 1 to 255 printable ASCII characters");
        }
        return keys.getFirst();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException("Every Java platform has SHA-256", never);
        }
    }
}
