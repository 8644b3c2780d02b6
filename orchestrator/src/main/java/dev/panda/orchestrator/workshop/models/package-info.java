/** The models of this installation: how they are looked up, listed, shown and fetched. */
package dev.panda.orchestrator.workshop.models;
