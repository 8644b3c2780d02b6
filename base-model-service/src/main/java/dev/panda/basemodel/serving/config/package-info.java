/** The service's configuration. */
package dev.panda.basemodel.serving.config;
