package dev.reins.activities.tool;

import dev.reins.contracts.ToolSpec;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tools that this worker has, by name. */
public final class Tools {
    private final Map<String, Tool> byName = new LinkedHashMap<>();

    /** @throws IllegalArgumentException if two have the same name */
    public Tools(Collection<? extends Tool> tools) {
        for (Tool tool : tools) {
            if (byName.put(tool.spec().name(), tool) != null) {
                throw new IllegalArgumentException(
                        "Two tools are named " + tool.spec().name());
            }
        }
    }

    public Optional<Tool> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public List<ToolSpec> specs() {
        return byName.values().stream().map(Tool::spec).toList();
    }
}
