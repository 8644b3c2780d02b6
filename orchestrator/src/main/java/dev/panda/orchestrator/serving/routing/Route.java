package dev.panda.orchestrator.serving.routing;

import dev.panda.orchestrator.serving.port.RewardDescription;
import dev.panda.orchestrator.serving.port.RewardModels;
import dev.panda.orchestrator.serving.port.ServedPreference;

/**
 * The service that serves a preference.
 *
 * @param service the description of that service
 */
public record Route(RewardModels client, RewardDescription service, ServedPreference preference) {}
