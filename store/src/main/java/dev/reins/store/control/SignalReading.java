package dev.reins.store.control;

import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.Verb;
import dev.reins.contracts.run.AgentRun;
import dev.reins.contracts.run.RunBookkeeping.Signal;
import dev.reins.store.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A signal as the database registers it. Whoever reaches Temporal may send anything: what cannot be read is a refused
 * receipt.
 *
 * @param receiptId the receipt that this signal delivers, if the store has it
 */
record SignalReading(
        String id,
        Verb verb,
        @Nullable String by,
        @Nullable String reason,
        int extendSteps,
        long extendCredits,
        @Nullable String receiptId,
        @Nullable String refusedCode) {
    private static final StrictJson JSON = new StrictJson();

    record Pause(
            @Nullable String by,
            @Nullable String reason,
            @Nullable String receiptId) {}

    record Resume(
            @Nullable String by,
            @Nullable String reason,
            @Nullable Integer extendSteps,
            @Nullable Long extendCredits,
            @Nullable String receiptId) {}

    static SignalReading of(Signal signal) {
        Verb verb = switch (signal.name()) {
            case AgentRun.PAUSE -> Verb.PAUSE;
            case AgentRun.RESUME -> Verb.RESUME;
            default -> Verb.UNKNOWN;
        };
        if (verb == Verb.UNKNOWN) {
            return refused(signal, verb, "unknown_signal");
        }
        if (signal.undecodable() != null) {
            return refused(signal, verb, "invalid_request");
        }
        try {
            return verb == Verb.PAUSE ? pause(signal) : resume(signal);
        } catch (RequestRejected unreadable) {
            return refused(signal, verb, unreadable.code().wire());
        }
    }

    private static SignalReading pause(Signal signal) {
        Pause payload = JSON.read(payload(signal), Pause.class);
        if (areTooLong(payload.by(), payload.reason())) {
            return refused(signal, Verb.PAUSE, "invalid_request");
        }
        return new SignalReading(
                signal.id(), Verb.PAUSE, payload.by(), payload.reason(), 0, 0, payload.receiptId(), null);
    }

    private static SignalReading resume(Signal signal) {
        Resume payload = JSON.read(payload(signal), Resume.class);
        int steps = payload.extendSteps() == null ? 0 : payload.extendSteps();
        long credits = payload.extendCredits() == null ? 0 : payload.extendCredits();
        if (steps < 0 || credits < 0 || areTooLong(payload.by(), payload.reason())) {
            return refused(signal, Verb.RESUME, "invalid_request");
        }
        return new SignalReading(
                signal.id(), Verb.RESUME, payload.by(), payload.reason(), steps, credits, payload.receiptId(), null);
    }

    private static boolean areTooLong(@Nullable String... words) {
        return Arrays.stream(words).anyMatch(said -> said != null && said.length() > ControlRequest.LONGEST_REASON);
    }

    /** An absent payload, which Temporal's command sends as none or as null, says nothing. */
    private static byte[] payload(Signal signal) {
        String text = Objects.requireNonNullElse(signal.payload(), "").strip();
        return (text.isEmpty() || text.equals("null") ? "{}" : text).getBytes(StandardCharsets.UTF_8);
    }

    private static SignalReading refused(Signal signal, Verb verb, String code) {
        return new SignalReading(signal.id(), verb, null, null, 0, 0, null, code);
    }
}
