package dev.reins.operations;

import org.slf4j.Marker;
import org.slf4j.MarkerFactory;

/** What an operator is told of at once. Every error is; what is no error and yet worth it carries {@link #INCIDENT}. */
public final class Incidents {
    /** A logged line with this marker is reported whatever its level. */
    public static final Marker INCIDENT = MarkerFactory.getMarker("INCIDENT");

    private Incidents() {}
}
