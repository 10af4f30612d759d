package dev.reins.contracts;

import io.temporal.common.SearchAttributeKey;
import java.util.List;

/** The search attributes that every run carries; they must be registered in the namespace before a run starts. */
public final class SearchAttributes {
    public static final SearchAttributeKey<String> STATUS = SearchAttributeKey.forKeyword("AgentRunStatus");
    public static final SearchAttributeKey<String> AGENT = SearchAttributeKey.forKeyword("AgentId");
    public static final SearchAttributeKey<String> PROJECT = SearchAttributeKey.forKeyword("ProjectId");
    public static final SearchAttributeKey<String> USER = SearchAttributeKey.forKeyword("UserId");

    public static final List<SearchAttributeKey<String>> ALL = List.of(STATUS, AGENT, PROJECT, USER);

    private SearchAttributes() {}
}
