package dev.reins.standalone.tracker;

import dev.reins.standalone.Home;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The issues, kept in {@code tracker.json}. Thread-safe. A key that was seen before gets the answer that it got then. */
public final class IssueStore {
    static final String FILE = "tracker.json";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int REMEMBERED_KEYS = 1000;

    private final Home home;
    private State state;

    /** What the file holds. */
    private record State(Map<Integer, Issue> issues, Map<String, Integer> answered) {
        State copy() {
            return new State(new LinkedHashMap<>(issues), new LinkedHashMap<>(answered));
        }
    }

    private IssueStore(Home home, State state) {
        this.home = home;
        this.state = state;
    }

    /** Opens what is kept, or starts with the issues that come with Reins. */
    public static IssueStore open(Home home) {
        return home.read(FILE)
                .map(text ->
                        new IssueStore(home, JSON.readValue(text, State.class).copy()))
                .orElseGet(() -> {
                    IssueStore store = new IssueStore(home, new State(Map.of(), Map.of()));
                    store.reset();
                    return store;
                });
    }

    /** Goes back to the issues that come with Reins, so that each play finds the same. */
    public synchronized void reset() {
        Map<Integer, Issue> issues = new LinkedHashMap<>();
        bundled().forEach(issue -> issues.put(issue.number(), issue));
        keep(new State(issues, new LinkedHashMap<>()));
    }

    private static List<Issue> bundled() {
        try (InputStream in = Objects.requireNonNull(IssueStore.class.getResourceAsStream("issues.json"))) {
            return JSON.readValue(in, new TypeReference<List<Issue>>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public synchronized List<Issue> all() {
        return new ArrayList<>(state.issues.values());
    }

    public synchronized Optional<Issue> find(int number) {
        return Optional.ofNullable(state.issues.get(number));
    }

    /**
     * Changes an issue once per key.
     *
     * @param key null: always
     * @return the issue as it is now; empty if there is none by this number
     */
    synchronized Optional<Issue> change(int number, @Nullable String key, UnaryOperator<Issue> change) {
        Issue issue = state.issues.get(number);
        if (issue == null || (key != null && state.answered.containsKey(key))) {
            return Optional.ofNullable(issue);
        }
        State next = state.copy();
        Issue changed = change.apply(issue);
        next.issues.put(number, changed);
        if (key != null) {
            remember(next.answered, key, number);
        }
        keep(next);
        return Optional.of(changed);
    }

    private static void remember(Map<String, Integer> answered, String key, int number) {
        answered.put(key, number);
        if (answered.size() > REMEMBERED_KEYS) {
            answered.remove(answered.keySet().iterator().next());
        }
    }

    private void keep(State next) {
        home.writePrivately(FILE, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(next) + "\n");
        state = next;
    }
}
