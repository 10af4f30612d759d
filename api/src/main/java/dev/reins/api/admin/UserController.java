package dev.reins.api.admin;

import dev.reins.api.security.Caller;
import dev.reins.api.web.Answer;
import dev.reins.api.web.Body;
import dev.reins.api.web.Onces;
import dev.reins.api.web.Paging;
import dev.reins.api.web.Replies;
import dev.reins.contracts.RequestRejected;
import dev.reins.store.Cursor;
import dev.reins.store.Listing;
import dev.reins.store.StrictJson;
import dev.reins.store.access.Audit;
import dev.reins.store.account.Accounts;
import dev.reins.store.account.Accounts.Balance;
import dev.reins.store.account.Accounts.LedgerRow;
import dev.reins.store.config.Users;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Users, and the credits that are theirs. */
@RestController
@RequestMapping(path = "/api/admin/users/{id}", produces = "application/json")
final class UserController {
    private static final int PAGE = 100;
    private static final int LONGEST_REASON = 2_000;

    private final StrictJson json;
    private final Users users;
    private final Accounts accounts;
    private final Audit audit;
    private final Onces onces;
    private final Replies replies;

    UserController(StrictJson json, Users users, Accounts accounts, Audit audit, Onces onces, Replies replies) {
        this.json = json;
        this.users = users;
        this.accounts = accounts;
        this.audit = audit;
        this.onces = onces;
        this.replies = replies;
    }

    private record Grant(long amount, @Nullable String reason) {
        Grant {
            if (reason != null && reason.length() > LONGEST_REASON) {
                throw RequestRejected.invalid("/reason", "has at most 2,000 characters");
            }
        }
    }

    @PutMapping
    Answer put(Caller caller, @PathVariable String id, Body body) {
        return Answer.of(users.put(id, json.parse(body.orEmptyObject()), caller.name()));
    }

    @GetMapping
    Answer user(@PathVariable String id) {
        return Answer.of(users.find(id).orElseThrow(() -> NotFound.of("user")));
    }

    /** With an Idempotency-Key too, as a grant is worth money. */
    @PostMapping("/credits")
    ResponseEntity<byte[]> grant(Caller caller, @PathVariable String id, Body body, HttpServletRequest request) {
        var grant = json.read(body.bytes(), Grant.class);
        return onces.of(request, body, caller.keyId())
                .execute(() -> granted(caller, id, grant), balance -> replies.of(201, Answer.of(balance)))
                .reply()
                .toResponse();
    }

    private Balance granted(Caller caller, String id, Grant grant) {
        Balance balance = accounts.grant(id, grant.amount(), grant.reason());
        audit.append(caller.name(), "credits.granted", id, grant);
        return balance;
    }

    @GetMapping("/credits")
    Answer credits(@PathVariable String id) {
        return Answer.of(accounts.balance(id).orElseThrow(() -> NotFound.of("user")));
    }

    @GetMapping("/ledger")
    Answer ledger(@PathVariable String id, Paging paging) {
        String cursor = paging.cursor();
        String cursors = Cursor.listOf("ledger", id);
        long after = cursor == null ? 0 : Cursor.decode(cursors, cursor, Long::valueOf);
        if (accounts.balance(id).isEmpty()) {
            throw NotFound.of("user");
        }
        int limit = paging.limitOr(PAGE);
        List<LedgerRow> rows = accounts.ledger(id, after, limit + 1);
        return Answer.list(
                Listing.of(rows, limit, accounts.ledgerRows(id), row -> new Cursor(cursors, Long.toString(row.id()))));
    }
}
