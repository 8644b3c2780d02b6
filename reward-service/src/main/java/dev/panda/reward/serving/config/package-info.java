/** The service's configuration. */
package dev.panda.reward.serving.config;
