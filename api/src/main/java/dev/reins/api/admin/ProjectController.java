package dev.reins.api.admin;

import dev.reins.api.security.Caller;
import dev.reins.api.web.Answer;
import dev.reins.api.web.Body;
import dev.reins.api.web.Paging;
import dev.reins.store.StrictJson;
import dev.reins.store.config.Projects;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Projects. */
@RestController
@RequestMapping(path = "/api/admin/projects", produces = "application/json")
final class ProjectController {
    private static final int PAGE = 100;

    private final StrictJson json;
    private final Projects projects;

    ProjectController(StrictJson json, Projects projects) {
        this.json = json;
        this.projects = projects;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Answer create(Caller caller, Body body) {
        return Answer.of(projects.create(json.parse(body.bytes()), caller.name()));
    }

    @GetMapping
    Answer list(Paging paging) {
        return Answer.list(projects.list(paging.limitOr(PAGE), paging.cursor()));
    }

    @GetMapping("/{id}")
    Answer project(@PathVariable String id) {
        return Answer.of(projects.find(id).orElseThrow(() -> NotFound.of("project")));
    }
}
