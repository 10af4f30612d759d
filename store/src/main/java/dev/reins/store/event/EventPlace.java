package dev.reins.store.event;

import dev.reins.contracts.RunId;
import dev.reins.store.Cursor;
import java.util.Comparator;
import java.util.Optional;

/**
 * Where an event stands among all. Events of one run stand in the order of their seq, here too.
 *
 * @param position grows with the transactions that write events; those of one transaction share it
 */
public record EventPlace(long position, String runId, long seq) implements Comparable<EventPlace> {
    private static final Comparator<EventPlace> ORDER = Comparator.comparingLong(EventPlace::position)
            .thenComparing(EventPlace::runId)
            .thenComparingLong(EventPlace::seq);

    /** Before every event. */
    public static final EventPlace START = new EventPlace(0, "", 0);

    @Override
    public int compareTo(EventPlace other) {
        return ORDER.compare(this, other);
    }

    /** The place as callers keep it, among the events of that project: opaque. */
    public String encode(String projectId) {
        return new Cursor(listOf(projectId), position + " " + seq + " " + runId).encode();
    }

    /** Empty for text that {@link #encode} never gave of this project. */
    public static Optional<EventPlace> find(String projectId, String text) {
        return Cursor.find(listOf(projectId), text, EventPlace::parse);
    }

    /** @throws dev.reins.contracts.RequestRejected invalid_request, as of any list's cursor */
    static EventPlace decode(String projectId, String cursor) {
        return Cursor.decode(listOf(projectId), cursor, EventPlace::parse);
    }

    private static String listOf(String projectId) {
        return Cursor.listOf("project-events", projectId);
    }

    private static EventPlace parse(String text) {
        String[] parts = text.split(" ", 3);
        return new EventPlace(Long.parseLong(parts[0]), new RunId(parts[2]).value(), Long.parseLong(parts[1]));
    }
}
