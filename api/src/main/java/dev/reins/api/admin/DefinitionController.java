package dev.reins.api.admin;

import dev.reins.api.security.Caller;
import dev.reins.api.web.Answer;
import dev.reins.api.web.Body;
import dev.reins.api.web.Paging;
import dev.reins.store.StrictJson;
import dev.reins.store.config.Definitions;
import dev.reins.store.config.Definitions.DefinitionView;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Agent definitions. Their ETag is their version. */
@RestController
@RequestMapping(path = "/api/admin/agent-definitions", produces = "application/json")
final class DefinitionController {
    private static final int PAGE = 100;
    private static final Pattern ETAG = Pattern.compile("\"([1-9][0-9]{0,8})\"");

    private final StrictJson json;
    private final Definitions definitions;

    DefinitionController(StrictJson json, Definitions definitions) {
        this.json = json;
        this.definitions = definitions;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Answer create(Caller caller, Body body, HttpServletResponse response) {
        return tagged(definitions.create(json.parse(body.bytes()), caller.name()), response);
    }

    @GetMapping
    Answer list(Paging paging) {
        return Answer.list(definitions.list(paging.limitOr(PAGE), paging.cursor()));
    }

    @GetMapping("/{id}")
    Answer definition(@PathVariable String id, HttpServletResponse response) {
        return tagged(definitions.find(id).orElseThrow(() -> NotFound.of("definition")), response);
    }

    @GetMapping("/{id}/versions")
    Answer versions(@PathVariable String id, Paging paging) {
        return Answer.list(definitions.versions(id, paging.limitOr(PAGE), paging.cursor()));
    }

    @PatchMapping("/{id}")
    Answer patch(
            Caller caller,
            @PathVariable String id,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            Body body,
            HttpServletResponse response) {
        return tagged(definitions.patch(id, json.parse(body.bytes()), seen(ifMatch), caller.name()), response);
    }

    /** A ResponseEntity with an ETag would answer If-None-Match with 304, which nobody is promised. */
    private static Answer tagged(DefinitionView definition, HttpServletResponse response) {
        response.setHeader("ETag", "\"" + definition.version() + "\"");
        return Answer.of(definition);
    }

    /** The versions that a list of ETags names; a weak one never matches. Null where any version is as good. */
    private static @Nullable Set<Integer> seen(@Nullable String ifMatch) {
        if (ifMatch == null || ifMatch.strip().equals("*")) {
            return null;
        }
        return Arrays.stream(ifMatch.split(","))
                .map(tag -> ETAG.matcher(tag.strip()))
                .filter(Matcher::matches)
                .map(tag -> Integer.valueOf(tag.group(1)))
                .collect(Collectors.toUnmodifiableSet());
    }
}
