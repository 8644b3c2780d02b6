/**
 * What the three services do alike inside Quarkus: its beans and its event loops. A client of the
 * services needs neither this package nor Quarkus.
 */
package dev.panda.answer.quarkus;
