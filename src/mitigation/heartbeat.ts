/** The entry of Microsoft's feed that changes nothing: whoever sees it knows that the way from the publisher is open. */
export const heartbeatId = 'PING1';
