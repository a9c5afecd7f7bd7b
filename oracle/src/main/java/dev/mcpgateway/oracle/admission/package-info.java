/**
 * Whether somebody may still use a service. {@link dev.mcpgateway.oracle.admission.Admission} asks the rules of the
 * service about a profile, which {@link dev.mcpgateway.oracle.admission.Profiles} puts together: whose a GitHub login
 * is ({@code Pins}), and what the identity provider said last ({@code KnownUser}, sealed in the store).
 *
 * <p>{@link dev.mcpgateway.oracle.admission.MembershipCheck} asks the provider again, at each refresh and, driven by
 * {@link dev.mcpgateway.oracle.admission.MembershipWatch}, every few minutes; grants that the rules do not admit any
 * more end then.
 */
package dev.mcpgateway.oracle.admission;
