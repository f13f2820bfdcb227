"""What any page of the server needs: addresses read, answers sent, queues, records."""
