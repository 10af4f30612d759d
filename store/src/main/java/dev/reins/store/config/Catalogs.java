package dev.reins.store.config;

/** What the workers have published. */
public record Catalogs(ToolCatalog tools, ModelCatalog models) {}
