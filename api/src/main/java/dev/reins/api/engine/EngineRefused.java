package dev.reins.api.engine;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/** Temporal answered, and said no: not what an outage looks like, so asking again at once does not help. */
public final class EngineRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Status.Code code;

    EngineRefused(StatusRuntimeException cause) {
        super(sentence(cause.getStatus()), cause);
        this.code = cause.getStatus().getCode();
    }

    public boolean isNotFound() {
        return code == Status.Code.NOT_FOUND;
    }

    private static String sentence(Status status) {
        @Nullable String description = status.getDescription();
        return description == null ? status.getCode().toString() : description;
    }
}
