package dev.reins.api.security;

import dev.reins.contracts.Role;
import org.jspecify.annotations.Nullable;

/**
 * Who is calling, as their key says.
 *
 * @param userId always present for {@link Role#USER}
 * @param projectId always present for {@link Role#USER}
 */
public record Caller(
        String keyId,
        Role role,
        @Nullable String userId,
        @Nullable String projectId) {

    public boolean isAdmin() {
        return role == Role.ADMIN;
    }

    /** What receipts and the audit call this caller. */
    public String name() {
        return userId == null ? keyId : userId;
    }
}
