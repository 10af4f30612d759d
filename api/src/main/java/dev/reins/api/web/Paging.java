package dev.reins.api.web;

import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for: the query parameters {@code limit} and {@code cursor}, which an endpoint declares by
 * having a parameter of this type.
 *
 * @param limit 1 to 1,000; null: the list's default
 * @param cursor where an earlier page said the next one begins; null: the first page
 */
@DeclaresQuery({Paging.LIMIT, Paging.CURSOR})
public record Paging(@Nullable Integer limit, @Nullable String cursor) {
    static final String LIMIT = "limit";
    static final String CURSOR = "cursor";
    private static final int LONGEST = 1_000;

    static Paging of(@Nullable String limit, @Nullable String cursor) {
        return new Paging(limit == null ? null : Query.number(LIMIT, limit, 1, LONGEST, 1), cursor);
    }

    public int limitOr(int usual) {
        return limit == null ? usual : limit;
    }
}
