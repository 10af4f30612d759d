package dev.reins.standalone.tracker;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An issue of the tracker.
 *
 * @param state {@code open} or {@code closed}
 */
public record Issue(int number, String title, String body, String state, List<String> labels, List<Comment> comments) {
    static final String OPEN = "open";
    static final String CLOSED = "closed";

    /** What someone said about it. */
    public record Comment(String body, String at) {}

    public Issue {
        labels = labels == null ? List.of() : List.copyOf(labels);
        comments = comments == null ? List.of() : List.copyOf(comments);
        state = state == null ? OPEN : state;
    }

    Issue changed(@Nullable String newState, @Nullable List<String> newLabels) {
        return new Issue(
                number,
                title,
                body,
                newState == null ? state : newState,
                newLabels == null ? labels : newLabels,
                comments);
    }

    Issue with(Comment comment) {
        List<Comment> all = Stream.concat(comments.stream(), Stream.of(comment)).toList();
        return new Issue(number, title, body, state, labels, all);
    }

    public boolean isOpen() {
        return state.equals(OPEN);
    }
}
