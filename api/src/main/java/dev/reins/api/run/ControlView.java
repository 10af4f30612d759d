package dev.reins.api.run;

import dev.reins.contracts.Verb;
import dev.reins.store.control.Receipt;
import dev.reins.store.run.RunView;
import org.jspecify.annotations.Nullable;

/** The answer to a control request. */
record ControlView(String message, String runId, String status, Receipt receipt, Progress progress) {

    record Progress(
            int stepCount,
            @Nullable Integer maxSteps,
            long creditsUsed,
            @Nullable Long maxCredits) {}

    static ControlView of(Receipt receipt, RunView run) {
        var progress = new Progress(run.stepCount(), run.maxSteps(), run.creditsUsed(), run.maxCredits());
        return new ControlView(message(receipt.verb(), run.status()), run.id(), run.status(), receipt, progress);
    }

    private static String message(Verb verb, String status) {
        return switch (verb) {
            case PAUSE -> status.equals("paused") ? "The run is paused" : "The run pauses at its next step boundary";
            case RESUME -> "The run goes on";
            case CANCEL -> status.equals("cancelled") ? "The run is cancelled" : "The run is being cancelled";
            case RESOLVE -> "The step is resolved and the run goes on";
            case TERMINATE, RESET, UNKNOWN -> "The request is accepted";
        };
    }
}
