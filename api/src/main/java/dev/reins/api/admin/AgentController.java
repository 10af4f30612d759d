package dev.reins.api.admin;

import dev.reins.api.security.Caller;
import dev.reins.api.web.Answer;
import dev.reins.api.web.Body;
import dev.reins.api.web.Paging;
import dev.reins.store.StrictJson;
import dev.reins.store.config.Agents;
import dev.reins.store.config.Projects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Agents: definitions installed in projects. */
@RestController
@RequestMapping(path = "/api/admin/agents", produces = "application/json")
final class AgentController {
    private static final int PAGE = 100;
    private static final String PROJECT_ID = "projectId";

    private final StrictJson json;
    private final Agents agents;
    private final Projects projects;

    AgentController(StrictJson json, Agents agents, Projects projects) {
        this.json = json;
        this.agents = agents;
        this.projects = projects;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Answer create(Caller caller, Body body) {
        return Answer.of(agents.create(json.parse(body.bytes()), caller.name()));
    }

    @GetMapping
    Answer list(@RequestParam(required = false) @Nullable String projectId, Paging paging) {
        if (projectId != null && projects.find(projectId).isEmpty()) {
            throw NotFound.of("project", PROJECT_ID);
        }
        return Answer.list(agents.list(projectId, paging.limitOr(PAGE), paging.cursor()));
    }

    @GetMapping("/{id}")
    Answer agent(@PathVariable String id) {
        return Answer.of(agents.find(id).orElseThrow(() -> NotFound.of("agent")));
    }

    @PatchMapping("/{id}")
    Answer patch(Caller caller, @PathVariable String id, Body body) {
        return Answer.of(agents.patch(id, json.parse(body.bytes()), caller.name()));
    }
}
