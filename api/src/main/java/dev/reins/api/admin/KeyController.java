package dev.reins.api.admin;

import dev.reins.api.security.Caller;
import dev.reins.api.security.KnownKeys;
import dev.reins.api.web.Answer;
import dev.reins.api.web.Body;
import dev.reins.api.web.Paging;
import dev.reins.store.StrictJson;
import dev.reins.store.access.ApiKeys;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** API keys. A key's secret is in the answer to its making, and never again. */
@RestController
@RequestMapping(path = "/api/admin/keys", produces = "application/json")
final class KeyController {
    private static final int PAGE = 100;

    private final StrictJson json;
    private final ApiKeys keys;
    private final KnownKeys known;

    KeyController(StrictJson json, ApiKeys keys, KnownKeys known) {
        this.json = json;
        this.keys = keys;
        this.known = known;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Answer create(Caller caller, Body body) {
        return Answer.of(keys.create(json.parse(body.bytes()), caller.name()));
    }

    @GetMapping
    Answer list(Paging paging) {
        return Answer.list(keys.list(paging.limitOr(PAGE), paging.cursor()));
    }

    @GetMapping("/{id}")
    Answer key(@PathVariable String id) {
        return Answer.of(keys.findView(id).orElseThrow(() -> NotFound.of("key")));
    }

    @DeleteMapping("/{id}")
    Answer revoke(Caller caller, @PathVariable String id) {
        try {
            return Answer.of(keys.revoke(id, caller.name()));
        } finally {
            known.forget(id);
        }
    }
}
