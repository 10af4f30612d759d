package dev.reins.operations;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What the environment says.
 *
 * @param managementHost the address on which health and metrics are told: they need no key, so loopback or a private one
 * @param managementPort 0 takes a free one, which the log names
 * @param sentryDsn where incidents are reported to; empty: nowhere
 */
@ConfigurationProperties("reins.operations")
record OperationsSettings(String managementHost, int managementPort, String sentryDsn, String sentryEnvironment) {}
