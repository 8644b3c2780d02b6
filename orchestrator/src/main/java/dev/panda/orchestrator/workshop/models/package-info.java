/** The models of this installation: how they are looked up. */
package dev.panda.orchestrator.workshop.models;
