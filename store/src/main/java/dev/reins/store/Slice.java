package dev.reins.store;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * What a page shows of a list.
 *
 * @param more whether the list goes on after it
 */
public record Slice<T>(List<T> items, boolean more) {
    /** What the rows of one page hold at most, in bytes of JSON, unless its only row holds more. */
    public static final long MOST_BYTES = 8 << 20;

    public Slice {
        items = List.copyOf(items);
    }

    private record Weighed<T>(T item, boolean more) {}

    /** @param rows one more than {@code limit} if there is a next page */
    public static <T> Slice<T> of(List<T> rows, int limit) {
        return rows.size() <= limit ? new Slice<>(rows, false) : new Slice<>(rows.subList(0, limit), true);
    }

    /**
     * Of a list whose rows may be heavy, which the statement weighs, so that none comes here that the page does not hold. It
     * walks from row to row, since weighing all that could come would cost the database as much as sending it.
     *
     * @param query takes {@code :limit} and {@code :bytes}; its column {@code more} says whether a row comes after this one
     */
    public static <T> Slice<T> weighed(StatementSpec query, RowMapper<T> mapper, int limit) {
        List<Weighed<T>> rows = query.param("limit", limit)
                .param("bytes", MOST_BYTES)
                .query((row, index) -> new Weighed<>(mapper.mapRow(row, index), row.getBoolean("more")))
                .list();
        boolean more = !rows.isEmpty() && rows.getLast().more();
        return new Slice<>(rows.stream().map(Weighed::item).toList(), more);
    }

    /** @return null on the last page */
    public @Nullable String nextCursor(Function<T, Cursor> place) {
        return more ? place.apply(items.getLast()).encode() : null;
    }
}
