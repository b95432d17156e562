"""Methods on the partners beside Belarus and Russia.

Here: sanctions by sender. Not here: the equal search and the measures of a tie (`vouch.methods.alliances`,
`vouch.methods.firmness.rivals`).
"""
