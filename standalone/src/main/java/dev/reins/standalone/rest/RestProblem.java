package dev.reins.standalone.rest;

import tools.jackson.databind.JsonNode;

/** The api's answer to a call that it did not accept: an {@code application/problem+json}. */
public final class RestProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient JsonNode problem;

    RestProblem(String call, int status, JsonNode problem) {
        super(call + " answers " + status + ": " + problem);
        this.status = status;
        this.problem = problem;
    }

    public int status() {
        return status;
    }

    /** One of the codes on the wire, or nothing. */
    public String code() {
        return problem.path("code").asString("");
    }

    public JsonNode problem() {
        return problem;
    }
}
