package dev.panda.orchestrator.serving.routing;

import dev.panda.orchestrator.serving.port.PreferenceSource;
import dev.panda.orchestrator.serving.port.RewardDescription;
import dev.panda.orchestrator.serving.port.ServedPreference;

/**
 * The service that serves a preference.
 *
 * @param service the description of that service
 */
public record Route(
    PreferenceSource client, RewardDescription service, ServedPreference preference) {}
