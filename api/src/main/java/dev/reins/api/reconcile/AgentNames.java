package dev.reins.api.reconcile;

import dev.reins.store.config.Agents;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What agents are called. */
@Component
public final class AgentNames {
    private final Agents agents;

    AgentNames(Agents agents) {
        this.agents = agents;
    }

    /** Null for a run without an agent. */
    public @Nullable String of(@Nullable String agentId) {
        return agentId == null
                ? null
                : agents.find(agentId).map(Agents.AgentView::name).orElse(agentId);
    }
}
