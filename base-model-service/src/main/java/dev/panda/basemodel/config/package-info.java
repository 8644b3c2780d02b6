/** The service's configuration. */
package dev.panda.basemodel.config;
