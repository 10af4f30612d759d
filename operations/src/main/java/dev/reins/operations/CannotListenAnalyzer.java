package dev.reins.operations;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Lets Boot print the sentence instead of a stack trace. */
final class CannotListenAnalyzer extends AbstractFailureAnalyzer<CannotListen> {
    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, CannotListen cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), null, cause);
    }
}
