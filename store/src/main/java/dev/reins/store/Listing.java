package dev.reins.store;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list of administrators' objects.
 *
 * @param totalCount of the whole list, as of this page
 * @param nextCursor null on the last page
 */
public record Listing<T>(
        List<T> items, long totalCount, @Nullable String nextCursor) {
    public Listing {
        items = List.copyOf(items);
    }

    /** @param rows one more than {@code limit} if there is a next page */
    public static <T> Listing<T> of(List<T> rows, int limit, long totalCount, Function<T, Cursor> place) {
        return of(Slice.of(rows, limit), totalCount, place);
    }

    public static <T> Listing<T> of(Slice<T> slice, long totalCount, Function<T, Cursor> place) {
        return new Listing<>(slice.items(), totalCount, slice.nextCursor(place));
    }
}
