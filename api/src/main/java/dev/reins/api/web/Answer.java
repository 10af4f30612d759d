package dev.reins.api.web;

import dev.reins.store.Listing;
import dev.reins.store.run.RunViews.Page;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The forms of a successful answer. */
public sealed interface Answer {

    /** One thing. */
    record Single(boolean success, Object data) implements Answer {}

    /** A page of what belongs to one run, oldest first. */
    record OfRun(boolean success, List<?> data, @Nullable String nextCursor) implements Answer {}

    /** A page of runs or of admin objects. */
    record Items(List<?> items, long totalCount, @Nullable String nextCursor) {}

    static Answer of(Object data) {
        return new Single(true, data);
    }

    static Answer ofRun(Page<?> page) {
        return new OfRun(true, page.items(), page.nextCursor());
    }

    static Answer list(Listing<?> listing) {
        return list(listing.items(), listing.totalCount(), listing.nextCursor());
    }

    static Answer list(List<?> items, long totalCount, @Nullable String nextCursor) {
        return of(new Items(items, totalCount, nextCursor));
    }
}
