/**
 * From a client's request to a code. {@link dev.mcpgateway.oracle.authorization.AuthorizationEndpoint} checks the
 * request and asks the person; {@link dev.mcpgateway.oracle.authorization.ConsentEndpoint} takes the answer;
 * {@link dev.mcpgateway.oracle.authorization.SignIns} sends the browser to the identity provider;
 * {@link dev.mcpgateway.oracle.authorization.CallbackEndpoint} receives it back, decides whether this user may use the
 * service, and issues the code.
 *
 * <p>Until the person has said yes, nothing is stored: the
 * {@link dev.mcpgateway.oracle.authorization.AuthorizationRequest} travels sealed in the form, tied to the browser by
 * its cookie. Until it is certain that the client may be answered, what is wrong is shown on a page
 * ({@link dev.mcpgateway.oracle.authorization.PageRefusal}); afterwards the client gets an
 * {@link dev.mcpgateway.oracle.authorization.AuthorizationResponse}.
 */
package dev.mcpgateway.oracle.authorization;
