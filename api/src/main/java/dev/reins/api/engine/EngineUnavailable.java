package dev.reins.api.engine;

import io.grpc.StatusRuntimeException;

/** Temporal did not answer in time, or was not asked because it lately did not. */
public final class EngineUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;
    public static final String MESSAGE = "The workflow engine cannot be reached";

    EngineUnavailable(StatusRuntimeException cause) {
        super(MESSAGE, cause);
    }

    EngineUnavailable() {
        super(MESSAGE);
    }
}
