package dev.reins.operations;

import java.io.IOException;

/** Another program listens where health and metrics were to be told. The message says what to do. */
final class CannotListen extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotListen(OperationsSettings settings, IOException cause) {
        super(
                "Health and metrics cannot be told at " + settings.managementHost() + ":" + settings.managementPort()
                        + " (" + cause.getMessage()
                        + "): choose another port with REINS_MANAGEMENT_PORT (0 takes a free one)",
                cause);
    }
}
