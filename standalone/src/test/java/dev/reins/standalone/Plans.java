package dev.reins.standalone;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bodies of planned runs, as the wire takes them. */
final class Plans {
    private Plans() {}

    static Map<String, Object> plan(Object... steps) {
        return limited(Map.of(), List.of(steps));
    }

    static Map<String, Object> limited(Map<String, Object> limits, Object... steps) {
        return limited(limits, List.of(steps));
    }

    static Map<String, Object> limited(Map<String, Object> limits, List<?> steps) {
        return Map.of("plan", steps, "limits", limits);
    }

    static Map<String, Object> step(String tool, Map<String, Object> params) {
        return Map.of("tool", tool, "description", tool, "params", params);
    }

    /** Each its own value, or the loop guard has something to say. */
    static Map<String, Object> echo(Object value) {
        return step("echo", Map.of("value", value));
    }

    /** Settles at what it is estimated at: a tool without a price of its own reports none. */
    static Map<String, Object> echo(Object value, long credits) {
        return with(echo(value), "estimatedCredits", credits);
    }

    static Map<String, Object> delay(long ms) {
        return step("delay", Map.of("ms", ms));
    }

    static Map<String, Object> get(String url) {
        return step("http.request", Map.of("method", "GET", "url", url));
    }

    static Map<String, Object> with(Map<String, Object> step, String name, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(step);
        changed.put(name, value);
        return changed;
    }
}
