"""What is shipped as proof: certificates, the theories in Rocq, and their pages step by step."""
